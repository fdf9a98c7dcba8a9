"""``python -m freehold``."""

from freehold.cli import main

if __name__ == "__main__":
    main()
