# SPDX-License-Identifier: GPL-2.0-or-later
"""Many clients at once: each sends one line and waits until the server closes."""

import argparse
import asyncio

QUESTION = b"How many beans make five?\n"


async def ask(host: str, port: int) -> None:
    answers, questions = await asyncio.open_connection(host, port)
    questions.write(QUESTION)
    await answers.read()
    questions.close()
    await questions.wait_closed()


async def ask_all(options: argparse.Namespace) -> None:
    await asyncio.gather(*(ask(options.host, options.port) for _ in range(options.count)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("count", type=int, metavar="CLIENTS")
    asyncio.run(ask_all(parser.parse_args()))


if __name__ == "__main__":
    main()
