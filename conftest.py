"""The surroundings of the tests come first: Django's settings are read from them."""

pytest_plugins = [
    "tests.support.servers",
    "tests.support.dovecot",
    "tests.support.environment",
    "tests.support.buckets",
]
