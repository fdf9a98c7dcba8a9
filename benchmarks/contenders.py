"""What stands side by side in the table: each is started afresh in front of the same upstream, on one core."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec
import psutil

from benchmarks.processes import Cores, free_port, python, running

PLAIN_NGINX = "nginx by default"

ADMIN_KEY = "fh-benchmark-0123456789abcdefghijklmnop"

_LITELLM_KEY = "sk-benchmark-0123456789abcdef"

_FREEHOLD_TOML = """
[server]
data_dir = "{data}"

[discover]
enabled = false
keys = false

# Freehold's own pages are embedded for about a minute after a first start; that is not what is measured here.
[knowledge]
documentation = false

[[target]]
name = "bench"
base_url = "http://127.0.0.1:{upstream}/v1"
model = "bench"
dialect = "openai"
api_key = "none"
clearance = "restricted"
concurrency = 4096

[[target]]
name = "bench-anthropic"
base_url = "http://127.0.0.1:{upstream}/v1"
model = "bench"
dialect = "anthropic"
api_key = "none"
clearance = "restricted"
concurrency = 4096
"""

_NGINX_CONF = """
worker_processes 1;
daemon off;
pid "{folder}/nginx.pid";
error_log stderr warn;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    client_body_temp_path "{folder}/body";
    proxy_temp_path "{folder}/proxy";
    fastcgi_temp_path "{folder}/fastcgi";
    uwsgi_temp_path "{folder}/uwsgi";
    scgi_temp_path "{folder}/scgi";
    keepalive_requests 100000000;
    upstream bench {{
        server 127.0.0.1:{upstream};
        keepalive 512;
        keepalive_requests 100000000;
    }}
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://bench;
            proxy_http_version 1.1;
            proxy_set_header connection "";
            proxy_buffering off;
        }}
    }}
}}
"""

_NGINX_PLAIN_CONF = """
worker_processes 1;
daemon off;
pid "{folder}/nginx.pid";
error_log stderr warn;
events {{ }}
http {{
    access_log "{folder}/access.log";
    client_body_temp_path "{folder}/body";
    proxy_temp_path "{folder}/proxy";
    fastcgi_temp_path "{folder}/fastcgi";
    uwsgi_temp_path "{folder}/uwsgi";
    scgi_temp_path "{folder}/scgi";
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://127.0.0.1:{upstream};
        }}
    }}
}}
"""

_LITELLM_YAML = """
model_list:
  - model_name: bench
    litellm_params: {{model: openai/bench, api_base: "http://127.0.0.1:{upstream}/v1", api_key: none}}
  - model_name: bench-anthropic
    litellm_params: {{model: anthropic/bench, api_base: "http://127.0.0.1:{upstream}", api_key: none}}
litellm_settings: {{num_retries: 0, telemetry: false}}
"""


class Running(msgspec.Struct, frozen=True):
    """A contender that is up."""

    name: str
    port: int
    key: str = "none"
    process: psutil.Process | None = None


class Bench(msgspec.Struct, frozen=True):
    """What every contender needs to start."""

    cores: Cores
    upstream: int
    folder: Path
    litellm: str | None = None

    def fresh(self, name: str) -> Path:
        """A new folder for one start of a contender."""
        number = len(list(self.folder.glob(f"{name}-*")))
        folder = self.folder / f"{name}-{number}"
        folder.mkdir(parents=True)
        return folder


Start = Callable[[Bench], AbstractContextManager[Running]]


@contextlib.contextmanager
def upstream(cores: Cores, folder: Path) -> Iterator[int]:
    """The instant upstream; yields its port."""
    port = free_port()
    command = python("-m", "benchmarks.upstream", "--port", str(port))
    with running(command, core=cores.upstream, port=port, ready="/", log=folder / "upstream.log"):
        yield port


@contextlib.contextmanager
def direct(bench: Bench) -> Iterator[Running]:
    """No proxy at all."""
    yield Running("direct", bench.upstream)


def nginx(bench: Bench) -> AbstractContextManager[Running]:
    """A reverse proxy with kept-alive connections and no buffering: the practical limit of a proxy on one core."""
    return _nginx(bench, "nginx", _NGINX_CONF)


def plain_nginx(bench: Bench) -> AbstractContextManager[Running]:
    """A reverse proxy of nothing but `proxy_pass`: by default it logs each request and connects anew for it."""
    return _nginx(bench, PLAIN_NGINX, _NGINX_PLAIN_CONF)


@contextlib.contextmanager
def _nginx(bench: Bench, name: str, configuration: str) -> Iterator[Running]:
    folder, port = bench.fresh("nginx"), free_port()
    conf = folder / "nginx.conf"
    conf.write_text(configuration.format(folder=folder, upstream=bench.upstream, port=port))
    command = [shutil.which("nginx") or "nginx", "-p", str(folder), "-c", str(conf)]
    with running(command, core=bench.cores.proxy, port=port, ready="/", log=folder / "nginx.log") as process:
        yield Running(name, port, process=process)


@contextlib.contextmanager
def bare(bench: Bench) -> Iterator[Running]:
    """`benchmarks.bare` under uvicorn with uvloop and httptools."""
    folder, port = bench.fresh("bare"), free_port()
    options = [
        "--port",
        str(port),
        "--loop",
        "uvloop",
        "--http",
        "httptools",
        "--no-access-log",
        "--log-level",
        "warning",
    ]
    command = python("-m", "uvicorn", "benchmarks.bare:app", *options)
    env = {"BARE_UPSTREAM": f"http://127.0.0.1:{bench.upstream}"}
    with running(command, core=bench.cores.proxy, port=port, ready="/", log=folder / "bare.log", env=env) as process:
        yield Running("bare uvicorn + pyreqwest", port, process=process)


def freehold_command(bench: Bench, folder: Path, port: int) -> tuple[list[str], dict[str, str]]:
    """The command and the environment of one Freehold that knows the upstream in both dialects and nothing else."""
    config = folder / "freehold.toml"
    config.write_text(_FREEHOLD_TOML.format(data=folder / "data", upstream=bench.upstream))
    arguments = ["--config", str(config), "--port", str(port), "--data-dir", str(folder / "data")]
    command = [str(Path(sys.executable).parent / "freehold"), "up", *arguments]
    return command, {"FREEHOLD_ADMIN_KEY": ADMIN_KEY}


@contextlib.contextmanager
def freehold(bench: Bench) -> Iterator[Running]:
    """Freehold as users start it: every stage on, the ledger writing."""
    folder, port = bench.fresh("freehold"), free_port()
    command, env = freehold_command(bench, folder, port)
    log = folder / "freehold.log"
    with running(command, core=bench.cores.proxy, port=port, ready="/readyz", log=log, env=env) as process:
        yield Running("Freehold", port, ADMIN_KEY, process)


@contextlib.contextmanager
def litellm(bench: Bench) -> Iterator[Running]:
    """LiteLLM's proxy: one worker, no database, its master key, without which it does not start."""
    folder, port = bench.fresh("litellm"), free_port()
    config = folder / "config.yaml"
    config.write_text(_LITELLM_YAML.format(upstream=bench.upstream))
    command = [bench.litellm or "litellm", "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
    # It would fetch its price list from another machine as it starts.
    env = {
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_LOG": "ERROR",
        "LITELLM_MASTER_KEY": _LITELLM_KEY,
        "NO_PROXY": "127.0.0.1",
    }
    log = folder / "litellm.log"
    with running(command, core=bench.cores.proxy, port=port, ready="/health/liveliness", log=log, env=env) as process:
        yield Running("LiteLLM", port, _LITELLM_KEY, process)


CONTENDERS: dict[str, Start] = {
    "freehold": freehold,
    "direct": direct,
    "nginx": nginx,
    "nginx-plain": plain_nginx,
    "bare": bare,
    "litellm": litellm,
}


def is_installed(name: str, litellm_command: str | None) -> bool:
    """Whether this machine has what the contender needs."""
    if name == "litellm":
        return litellm_command is not None
    return not name.startswith("nginx") or shutil.which("nginx") is not None
