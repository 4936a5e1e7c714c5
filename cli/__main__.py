"""``python -m cli``, which the launcher runs."""

from cli.main import main

if __name__ == "__main__":
    main(prog_name="handwork")
