"""What each way of running the team's models costs a month, and what would change the answer: pure, over rows."""
