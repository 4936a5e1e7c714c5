"""``python -m cli``, which the launcher runs."""

import signal

if __name__ == "__main__":
    # Ctrl-C while the packages are imported ends it as any other program, and not with a trace of that import.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    from cli.main import main
    from cli.terminal import speak_any_encoding

    signal.signal(signal.SIGINT, before)
    speak_any_encoding()
    main(prog_name="handwork")
