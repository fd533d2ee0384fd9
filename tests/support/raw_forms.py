"""Forms as bytes, for tests that cut them short."""

BOUNDARY = "----memo"
FORM_TYPE = f"Content-Type: multipart/form-data; boundary={BOUNDARY}"
FORM_HEAD = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="audio"; filename="x.ogg"\r\n\r\n'.encode()
FORM_END = f"\r\n--{BOUNDARY}--\r\n".encode()
