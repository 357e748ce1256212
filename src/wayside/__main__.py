"""``python -m wayside``."""

from wayside.cli.main import main

if __name__ == "__main__":
    main()
