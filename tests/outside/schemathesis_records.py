"""Names a real record for every operation that takes an id, so that generated requests reach it.

usage: schemathesis_records.py ADDRESS TOKEN CONFIG >CONFIG_WITH_RECORDS
"""

import json
import re
import sys
import urllib.error
import urllib.request

address, token, config = sys.argv[1:]


def get(path):
    request = urllib.request.Request(f"http://{address}{path}")
    request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


print(open(config, encoding="utf-8").read())
for path in get("/api/openapi.json")["paths"]:
    register = re.fullmatch(r"/api/([a-z_]+\.[a-z_]+)/\{id\}", path)
    if not register:
        continue
    try:
        items = get(f"/api/{register[1]}?limit=1")["items"]
    except urllib.error.HTTPError:
        continue
    for item in items:
        pattern = "^" + re.escape(f"/api/{register[1]}/{{id}}").replace("\\", "\\\\")
        tag = json.dumps(f'"{item["version"]}"')
        print("[[operations]]")
        print(f'include-path-regex = "{pattern}"')
        print(f'parameters = {{ "path.id" = "{item["id"]}", "header.If-Match" = {tag} }}')
