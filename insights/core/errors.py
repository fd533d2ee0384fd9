"""What goes wrong, as codes: `insights.error_text` has the sentences."""

from transcription.core.messages import Message, Parameter


class CodedError(Exception):
    """Something that cannot be done. message: why."""

    def __init__(self, code: str, **parameters: Parameter) -> None:
        self.message = Message(code, parameters)
        super().__init__(str(self.message))
