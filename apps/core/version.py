"""The version of the server, which plugins may ask for."""

VERSION = "0.1.0"
