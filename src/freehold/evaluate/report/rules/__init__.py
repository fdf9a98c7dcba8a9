"""Rules for CI: ``quality(B) < quality(A) - 0.02``. A rule that holds, or that cannot be judged, fails the build."""
