"""The server's HTTP side: `/v1/models`, transcriptions, chat completions, speech, and the offers of WebRTC calls."""
