"""Runs container images: Docker, Podman, bubblewrap or unshare."""
