"""The surroundings of the tests come first: Django's settings are read from them."""

pytest_plugins = ["tests.servers", "tests.dovecot", "tests.environment", "tests.buckets"]
