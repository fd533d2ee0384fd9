"""Bring locale/de up to the code, and say which texts are still to be translated: `python -m tests.messages`."""

from tests.support.catalogue import faults_of, updated_german, write_german


def main() -> None:
    """Write the catalogue with the texts that came, without those that went, and print what is wrong with it."""
    german = updated_german()
    write_german(german)
    for message in german:
        for fault in faults_of(message) if message.id else ():
            print(f"{fault}: {message.id}")


if __name__ == "__main__":
    main()
