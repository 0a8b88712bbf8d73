"""Whether operations are recorded, and whether each value is searched for NaN: two variables of the running thread or task.

`recording` is what the forward pass reads, once for each operation: True, False, or who is told of each operation, as the
settings of `detect_anomaly` and the tangents of a jvp (`pushing.Forward`) are.
"""

import functools
import inspect
from contextvars import ContextVar

recording = ContextVar("recording", default=True)
anomaly = ContextVar("anomaly", default=None)


class _Written(type):
    """Tells who writes `with no_grad:` that the parentheses are missing."""

    def __enter__(cls):
        raise TypeError(f"{cls.__name__} has to be called: write `with {cls.__name__}():`")

    def __exit__(cls, *exc):
        pass


class Mode(metaclass=_Written):
    """A context manager and a decorator that sets the mode and always sets it back.

    A decorated generator or coroutine has the mode while its own code runs, and its caller never has it.
    """

    def __init__(self, *wrong):
        if wrong:
            name = type(self).__name__
            raise TypeError(f"{name} has to be called: write `@{name}()` above a function, or `with {name}():`")
        self._tokens = []

    def _value(self):
        raise NotImplementedError

    def __enter__(self):
        self._tokens.append((recording.set(self._value()),))
        return self

    def __exit__(self, *exc):
        self._leave(recording)

    def _leave(self, *variables):
        """Set the variables back. Several threads or tasks may have entered: the token is the last of this one's."""
        for tokens in tuple(reversed(self._tokens)):
            try:
                for variable, token in zip(variables, tokens, strict=True):
                    variable.reset(token)
            except ValueError:  # of another context
                continue
            self._tokens.remove(tokens)
            return

    def __call__(self, function):
        if inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def generator(*args, **kwargs):
                inner = function(*args, **kwargs)
                step, value = inner.send, None
                while True:
                    with type(self)(**self._settings()):
                        try:
                            result = step(value)
                        except StopIteration as stop:
                            return stop.value
                    try:
                        step, value = inner.send, (yield result)
                    except BaseException as error:  # GeneratorExit too: inner cleans up with the mode, and raises it again
                        step, value = inner.throw, error

            return generator

        if inspect.isasyncgenfunction(function):
            name = type(self).__name__
            raise TypeError(
                f"{name}: an async generator cannot be decorated; write `with {name}():` around its parts that do not yield"
            )
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def coroutine(*args, **kwargs):
                with type(self)(**self._settings()):
                    return await function(*args, **kwargs)

            return coroutine

        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            with type(self)(**self._settings()):
                return function(*args, **kwargs)

        return wrapper

    def _settings(self):
        return {}


class no_grad(Mode):
    """Record nothing inside: `with no_grad():`, or `@no_grad()` above a function.

    >>> import autograd_core as ag
    >>> w = ag.Tensor(2.0, requires_grad=True)
    >>> with ag.no_grad():
    ...     y = w * 3
    >>> y.requires_grad
    False
    """

    def _value(self):
        return False


class enable_grad(Mode):
    """Record inside, also within `no_grad()`.

    >>> import autograd_core as ag
    >>> w = ag.Tensor(2.0, requires_grad=True)
    >>> with ag.no_grad(), ag.enable_grad():
    ...     y = w * 3
    >>> y.requires_grad
    True
    """

    def _value(self):
        return recording.get() or anomaly.get() or True


class recorded_alone(Mode):
    """Record inside, without the tangents of a jvp: to these, what is recorded is no part of its function."""

    def _value(self):
        return anomaly.get() or True


def is_grad_enabled():
    """Whether operations are being recorded in this thread or task.

    >>> import autograd_core as ag
    >>> with ag.no_grad():
    ...     ag.is_grad_enabled()
    False
    """
    return recording.get() is not False
