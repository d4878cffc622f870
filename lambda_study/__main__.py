"""`python -m lambda_study` is the command `lambda-study`."""

from lambda_study.cli import main

if __name__ == "__main__":
    main()
