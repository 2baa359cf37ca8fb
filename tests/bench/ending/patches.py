"""How many small PATCH requests a second the vendor's SDK makes with eight threads.

Reads `conversation participant` lines from stdin, and prints one number. Each thread has a client of
its own, because the SDK's pool has four connections: with one client half of the threads would wait.

    GENESYS_HOST, GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET
    python patches.py SECONDS THREADS < legs
"""

import sys
import threading
import time

import PureCloudPlatformClientV2 as genesys
from script import sign_in


def main():
    seconds, threads = float(sys.argv[1]), int(sys.argv[2])
    legs = [line.split() for line in sys.stdin]
    clients = [sign_in() for _ in range(threads)]
    made = [0] * threads
    begin = threading.Barrier(threads + 1)
    end = threading.Event()

    def work(number):
        conversations = genesys.ConversationsApi(clients[number])
        body = genesys.MediaParticipantRequest()
        body.state = "disconnected"
        at = number
        begin.wait()
        while not end.is_set():
            conversation, participant = legs[at % len(legs)]
            conversations.patch_conversations_message_participant(
                conversation, participant, body=body
            )
            made[number] += 1
            at += 1

    working = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for one in working:
        one.start()
    begin.wait()
    began = time.monotonic()
    end.wait(seconds)
    took, all_made = time.monotonic() - began, sum(made)
    end.set()
    for one in working:
        one.join()
    print(all_made / took)


if __name__ == "__main__":
    main()
