"""The ratios of a run as a picture: one group of points for each table that has a column of ratios."""

COLOURS = {"ours": "#0072B2", "others": "#999999"}


def ratios(table):
    """[(row's name, ratio)] by the last column of ratios that a table has; [] if it has none."""
    columns = [i for i, column in enumerate(table.columns) if column.startswith("×")]
    if not columns:
        return []
    return [(row[0], row[columns[-1]]) for row in table.rows if isinstance(row[columns[-1]], float) and row[columns[-1]] > 0]


def draw(tables, machine, path):
    """Write the picture to a file whose ending says what it becomes. Raises ImportError that says what to install."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError("--plot needs matplotlib: pip install matplotlib") from error
    shown = [(table, found) for table in tables if (found := ratios(table))]
    lines = sum(len(found) + 1.6 for _, found in shown)
    figure = Figure(figsize=(9, 0.24 * lines + 1), layout="constrained")
    axes = figure.subplots(max(len(shown), 1), 1, height_ratios=[len(found) + 1.6 for _, found in shown] or [1], squeeze=False)
    values = [value for _, found in shown for _, value in found]
    for (table, found), axis in zip(shown, axes[:, 0], strict=False):
        names, ratios_found = zip(*reversed(found), strict=True)
        own = [any(word in name for word in ("autograd_core", "nn", "capture")) for name in names]
        # Points, not bars: on a logarithmic axis the length of a bar means nothing
        axis.scatter(ratios_found, names, color=[COLOURS["ours" if mine else "others"] for mine in own], s=36)
        for name, value in zip(names, ratios_found, strict=True):
            axis.annotate(f"{value:.2f}", (value, name), (6, 0), textcoords="offset points", fontsize=7, va="center")
        axis.axvline(1, color="black", linewidth=0.8)
        axis.set(xscale="log", xlim=(min(values) / 1.2, max(values) * 1.5))
        axis.xaxis.set_major_formatter("{x:g}")
        axis.xaxis.set_minor_formatter("")
        axis.margins(y=0.12)
        axis.grid(axis="y", color="#eeeeee")
        axis.set_axisbelow(True)
        axis.set_title(table.title, fontsize=9, loc="left")
        axis.tick_params(labelsize=7)
        axis.spines[["top", "right"]].set_visible(False)
    figure.suptitle(", ".join(f"{name} {value}" for name, value in machine.items()), fontsize=6, wrap=True)
    figure.savefig(path, dpi=140)
