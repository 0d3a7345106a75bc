"""How clients reach the server: one loopback port for WebSocket, HTTP and WebRTC calls."""
