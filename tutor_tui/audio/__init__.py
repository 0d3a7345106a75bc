"""The sound card: the only place with PortAudio and its threads.

In go the tutor's sound and the learner's choice of devices; out come microphone frames (20 ms of 24 kHz mono s16),
what was heard of each answer, and events about the devices. `hotplug` watches over both devices and opens them again,
`streams` opens them on a thread of its own, `microphone` and `speaker` are the two ends, and `playback` is the queue
between tutor and device.
"""
