"""dashboard.py FILE: the expressions of a Grafana dashboard, one a line, as they stand once a machine is chosen; ends
with 1 where the dashboard is not in order."""
import itertools
import json
import sys

VARIABLES = {"$instance": ".+", "$__range": "1m"}
COLUMNS = 24


def expressions(path):
    with open(path) as file:
        dashboard = json.load(file)
    found = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    for name, value in VARIABLES.items():
        found = [expression.replace(name, value) for expression in found]
    return found


def shows_nothing(path, prometheus):
    """The first expression that shows nothing, if there is one."""
    return next((expression for expression in expressions(path) if not prometheus.query(expression)), None)


def overlap(one, other):
    return all(one[at] < other[at] + other[size] and other[at] < one[at] + one[size]
               for at, size in (("x", "w"), ("y", "h")))


def faults(dashboard):
    panels = dashboard["panels"]
    if len({panel["id"] for panel in panels}) != len(panels):
        yield "two panels have one id"
    for one, other in itertools.combinations(panels, 2):
        if overlap(one["gridPos"], other["gridPos"]):
            yield f"{one['title']} and {other['title']} overlap"
    for panel in panels:
        if panel["gridPos"]["x"] + panel["gridPos"]["w"] > COLUMNS:
            yield f"{panel['title']} leaves the page"
        if panel["datasource"] != {"type": "prometheus", "uid": "${datasource}"}:
            yield f"{panel['title']} has a data source of its own"
        if not panel["title"] or not panel["description"]:
            yield f"panel {panel['id']} says nothing of itself"
        for target in panel["targets"]:
            selectors = target["expr"].count("{")
            if not selectors or target["expr"].count('instance=~"$instance"') != selectors:
                yield f"{panel['title']} is not of the chosen machine"
    if [variable["name"] for variable in dashboard["templating"]["list"]] != ["datasource", "instance"]:
        yield "the variables are not datasource and instance"


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        found = list(faults(json.load(file)))
    sys.stderr.writelines(fault + "\n" for fault in found)
    print(*expressions(sys.argv[1]), sep="\n")
    sys.exit(1 if found else 0)
