"""What both ends of a WebRTC call need, on top of aiortc: tutor and offline server mirror each other."""
