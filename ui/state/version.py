"""The version of the application, as its pages and its files say it."""

VERSION = "0.1.0"
