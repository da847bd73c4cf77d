"""Reading requests and sending answers, whole or broken off."""

import asyncio

from lamis.simulators.asgi import Message, Receive, headers_of, read_body, send_half, send_reply, wait
from lamis.simulators.exchange import Reply


def receiving(*messages: Message) -> Receive:
    """What the client sends, one after the other; then nothing comes."""
    left = list(messages)

    async def receive() -> Message:
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    return receive


def sent(reply: Reply, *, is_half: bool = False) -> list[Message]:
    messages: list[Message] = []

    async def send(message: Message) -> None:
        messages.append(message)

    asyncio.run(send_half(send, reply) if is_half else send_reply(send, reply))
    return messages


def test_a_body_that_comes_in_pieces_is_read_whole() -> None:
    pieces = receiving(
        {"type": "http.request", "body": b"one ", "more_body": True},
        {"type": "http.request", "more_body": True},
        {"type": "http.request", "body": b"two"},
    )
    assert asyncio.run(read_body(pieces)) == b"one two"


def test_headers_are_found_whatever_the_case_of_their_names() -> None:
    headers = headers_of({"headers": [(b"Content-Type", b"text/plain"), (b"x-name", b"Z\xfcrich")]})
    assert headers == {"content-type": "text/plain", "x-name": "Zürich"}


def test_an_answer_tells_its_length_even_where_it_breaks_off() -> None:
    reply = Reply(200, b"12345678", "text/plain", {"retry-after": "7"})
    whole, half = sent(reply), sent(reply, is_half=True)
    assert whole[0] == half[0]
    assert (b"content-length", b"8") in whole[0]["headers"]
    assert (b"retry-after", b"7") in whole[0]["headers"]
    assert (whole[1]["body"], whole[1].get("more_body", False)) == (b"12345678", False)
    assert (half[1]["body"], half[1]["more_body"]) == (b"1234", True)


def test_waiting_ends_with_the_client() -> None:
    assert asyncio.run(wait(3600, receiving({"type": "http.request"}, {"type": "http.disconnect"})))
    assert not asyncio.run(wait(0, receiving()))
