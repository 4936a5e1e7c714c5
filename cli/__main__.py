"""Run the command line.  The launcher calls ``python -m cli``."""

import signal

if __name__ == "__main__":
    # Ctrl-C during the imports ends the command without a traceback.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    from cli.main import main
    from cli.terminal import speak_any_encoding

    signal.signal(signal.SIGINT, before)
    speak_any_encoding()
    main(prog_name="handwork")
