"""What the notebooks share: asking a running Antojo, with the standard library and pandas.

The address is $ANTOJO_URL (default http://127.0.0.1:8080), a token $ANTOJO_TOKEN.
"""
import io
import json
import os
import urllib.error
import urllib.parse
import urllib.request

import pandas as pd

URL = os.environ.get("ANTOJO_URL", "http://127.0.0.1:8080").rstrip("/")


def _request(path, params=None, body=None):
    url = URL + path
    if params:
        url += "?" + urllib.parse.urlencode(params, doseq=True)
    headers = {"Accept": "*/*"}
    if os.environ.get("ANTOJO_TOKEN"):
        headers["Authorization"] = "Bearer " + os.environ["ANTOJO_TOKEN"]
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        headers["Content-Type"] = "application/json"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=120) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{url}: {error.code} {error.read().decode(errors='replace')[:500]}") from None


def get(path, **params):
    """A resource of the API, e.g. get("trends", window="28d")."""
    return json.loads(_request("/api/v1/" + path, params))


def post(path, body):
    return json.loads(_request("/api/v1/" + path, body=body))


def sql(statement, limit=10_000):
    """A statement over the tables of docs/sql.md as a table."""
    answer = post("sql", {"sql": statement, "limit": limit})
    if answer["more"]:
        raise RuntimeError(f"the answer has more than {limit} rows; group or filter")
    return pd.DataFrame(answer["rows"], columns=[c["name"] for c in answer["columns"]])


def export(what, **params):
    """A download as a table: Parquet where pandas can read it (pyarrow), else CSV."""
    try:
        import pyarrow  # noqa: F401
        return pd.read_parquet(io.BytesIO(_request("/export/" + what, {**params, "format": "parquet"})))
    except ImportError:
        return pd.read_csv(io.BytesIO(_request("/export/" + what, {**params, "format": "csv"})), keep_default_na=False, na_values=[""], low_memory=False)


def chart(name, **params):
    """A chart of the pages as a PNG, which every viewer of notebooks shows (many take SVG out)."""
    return _request("/export/chart/" + name + ".png", params)
