"""What a model on given GPUs holds and how fast it answers: arithmetic, with constants fitted to measurements."""
