"""`lamis` and `python -m lamis`."""

from lamis.cli.main import main

if __name__ == "__main__":
    main()
