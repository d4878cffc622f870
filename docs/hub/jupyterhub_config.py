"""Lambda Study for a class on one machine. README.md beside this file says how to start it.

    jupyterhub -f docs/hub/jupyterhub_config.py

Who may sign in and where servers run is for the teacher to say, at the end of this file. The rest is what
the lessons need.
"""

from __future__ import annotations

import sys
from pathlib import Path

c = get_config()  # noqa: F821  (JupyterHub brings it)
HERE = Path(__file__).resolve().parent
HOUR_S = 3600

# Each user has a folder and copies of the lessons of their own; a kernel's cloud ends with the kernel.
c.Spawner.cmd = [sys.executable, str(HERE / "start_server.py")]
c.Spawner.default_url = "/lab/tree/my-lessons/00-start-here.ipynb"

# The most that one process of a user may hold. systemd, Docker and Kubernetes hold it for all of a user's
# processes together; for the spawner that comes with JupyterHub, start_server.py holds it for each process.
c.Spawner.mem_limit = "1G"

# A class shares the processors: no library takes all of them for one user, nor memory for each of them.
c.Spawner.environment = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

# What nobody uses is ended: first the kernels, an hour later the server. Files stay; a cell runs again.
c.Spawner.args = [
    f"--MappingKernelManager.cull_idle_timeout={HOUR_S}",
    "--MappingKernelManager.cull_connected=True",
    "--MappingKernelManager.cull_interval=300",
    f"--ServerApp.shutdown_no_activity_timeout={HOUR_S}",
]

# A whole class signs in within the same minute, and on a small machine the last one waits.
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 180

# Only this machine sees the hub. For the class: put a server with a certificate in front of it, or give
# JupyterHub the certificate (c.JupyterHub.ssl_cert and ssl_key) and bind to the address of the machine.
c.JupyterHub.bind_url = "http://127.0.0.1:8000"

# Everybody who has an account on this machine. For names of your choice: c.Authenticator.allowed_users.
c.Authenticator.allow_all = True
