"""Learn AWS Lambda by watching it run. Importing this package changes nothing and starts nothing."""

__version__ = "0.1.0"
