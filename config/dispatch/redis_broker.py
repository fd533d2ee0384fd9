"""The Redis broker, whose worker takes work again once Redis was away.

Kombu's own keeps a message counted as held where Redis is away when it is acknowledged. A worker that holds as many as
it may asks for no more, and so does not even see that its connection is gone (celery issues 8030, 8082 and 8091): it
would wait for ever.
"""

from typing import Any

from kombu.transport import redis, virtual


class RedisQoS(redis.QoS):
    """How many messages are held."""

    channel: Any

    def ack(self, delivery_tag: Any) -> None:
        """Hold a message no longer, whether or not Redis is there to be told so."""
        try:
            super().ack(delivery_tag)
        except self.channel.connection_errors:
            virtual.QoS.ack(self, delivery_tag)
            raise


class RedisChannel(redis.Channel):
    """Redis's channel, with this count."""

    QoS = RedisQoS


class RedisTransport(redis.Transport):
    """Redis's transport, with this channel."""

    Channel = RedisChannel
