"""The same work for every chunk, each in one task, and the sum of what comes out, wherever Dask runs it."""

from contextlib import nullcontext

from autograd_core.errors import ParallelError

NEEDED = '"dask[array,distributed]"'
WIDTH = 8  # so many sums are added in one task


def total(what, work, parts, progress, draws=None):
    """The sum over all chunks of work(its first row, its draws, *arrays), a list of arrays (None counts as 0).

    what       the function that was called, for messages
    work       what does it; every worker gets one copy
    parts      of `chunks_of`
    progress   whether to show Dask's bar
    draws      for each chunk where it draws random numbers from, if it does
    """
    dask = imported("dask", what)
    # A part of the graph, and not scattered: what is scattered is lost with its worker, and the step with it
    shared = dask.delayed(work, traverse=False, pure=False)
    draws = draws or [None] * len(parts)
    sums = [
        dask.delayed(of_chunk, pure=False)(shared, part[:3], drawn, *part[3]) for part, drawn in zip(parts, draws, strict=True)
    ]
    while len(sums) > 1:
        groups = [sums[i : i + WIDTH] for i in range(0, len(sums), WIDTH)]
        sums = [dask.delayed(added, pure=False)(group) if len(group) > 1 else group[0] for group in groups]
    return _computed(sums[0], what, progress)


def of_chunk(work, place, draws, *arrays):
    number, start, end = place
    try:
        return work(start, draws, *arrays)
    except Exception as error:
        error.add_note(f"in chunk {number} of the arrays, their rows {start} to {end - 1}")
        raise


def added(parts):
    return [_sum([value for value in values if value is not None]) for values in zip(*parts, strict=True)]


def _sum(values):
    if not values:
        return None
    result = values[0].copy()
    for value in values[1:]:
        result += value
    return result


def _computed(task, what, progress):
    import dask

    client = getattr(dask.base.get_scheduler(collections=[task]), "__self__", None)
    if client is None or not hasattr(client, "scheduler_info"):  # threads, or processes of this machine
        if progress:
            from dask.diagnostics import ProgressBar
        with ProgressBar() if progress else nullcontext():
            return task.compute()
    import distributed

    # Parameters are in the graph on purpose, so there is nothing to warn of
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"}):
        future = client.compute(task)
    if progress:
        distributed.progress(future, notebook=False)
    try:
        return future.result()
    except distributed.client.FutureCancelledError as error:
        raise ParallelError(
            f"{what}: the scheduler gave it up ({error}). If a worker died, data went with it that nothing says how to compute "
            "again, such as what client.scatter put there; write dask.array.from_zarr(…), or from_array(…), and .persist() to "
            "keep it in memory"
        ) from None


def imported(name, what):
    """A package that is needed here alone."""
    try:
        return __import__(name)
    except ImportError:
        raise ImportError(f"{what} needs {name}, which is not installed; write pip install {NEEDED}") from None
