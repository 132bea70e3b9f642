"""`python -m corridors` is the command `corridors`."""

from corridors.cli import main

if __name__ == "__main__":
    main()
