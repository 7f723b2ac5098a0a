"""What the commands have in common."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from contracts import defects
from contracts.completion import completer
from contracts.options import Option
from contracts.values import UsageError
from openapi.streams import patient_streams, unprinted

__all__ = ["ValuedCommand", "epilog", "fail", "parameter", "run"]


class ValuedCommand(click.Command):
    """A command that takes no option for the value of the option before it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse as Click does, once no value is missing."""
        options = [one for one in self.get_params(ctx) if isinstance(one, click.Option)]
        known = {name for one in options for name in one.opts}
        valued = {name for one in options if not one.is_flag for name in one.opts}
        words = iter(args)
        for word in words:
            if word == "--":
                break
            value = next(words, "") if word in valued else ""
            # A dash alone is standard input, or a name. What a shell completes may change yet.
            if value.startswith("-") and value != "-" and not ctx.resilient_parsing:
                # The word may be a secret, unless it is an option.
                option = value.split("=")[0]
                got = f"the option {option}" if option in known else "something that begins with -"
                fix = f"{word}{'=' if word.startswith('--') else ''}-x"
                raise UsageError(
                    f"{word}: expected a value, got {got}; a value that begins with - is given "
                    f"in one word, as {fix}"
                )
        return super().parse_args(ctx, args)


def parameter(option: Option) -> click.Option:
    """Return an option of the table as Click knows it."""
    # Click must not know of is_flag=False: with it, the value of an option may be left out.
    kind: dict[str, Any] = {"is_flag": True} if option.flag else {"metavar": option.metavar}
    return click.Option(
        [*([f"-{option.short}"] if option.short else []), f"--{option.name}", option.key],
        multiple=option.many,
        help=option.help + (f"  [default: {option.default}]" if option.default else ""),
        allow_from_autoenv=False,  # options.py reads the environment
        shell_complete=completer(option.metavar),
        **kind,
    )


def epilog(example: str, prefix: str, option: str, status: str) -> str:
    """Return the end of a command's help: an example, where else options can stand, its status.

    ``prefix`` is that of its variables, ``option`` the rest of one, such as ``API_KEY``.
    """
    # Click fills no lines after \b.
    return (
        f"\b\nExample:\n  {example}\n\n"
        f"Each option can also be given as {prefix}_NAME, such as {prefix}_{option}.\n\n"
        f"Exit status: {status}"
    )


def fail(command: click.Command, text: str) -> int:
    """Say what is wrong in one line on standard error, and return 2."""
    click.echo(f"{command.name}: error: {' '.join(text.split())}", err=True)
    return 2


def run(command: click.Command, arguments: Sequence[str] | None) -> None:
    """Run a command, which returns its status, and exit with that.

    Where standard output could not take what it printed, that is 2.
    """
    with patient_streams():
        status = _status(command, arguments)
        if lost := unprinted():
            status = fail(command, lost)
    sys.exit(status)


def _status(command: click.Command, arguments: Sequence[str] | None) -> int:
    try:
        status: int = command.main(
            None if arguments is None else list(arguments),
            prog_name=command.name,
            standalone_mode=False,
        )
    except click.ClickException as error:
        status = fail(command, error.format_message())
    except UsageError as error:
        status = fail(command, str(error))
    except (KeyboardInterrupt, click.Abort):  # before anything was asked
        click.echo(f"{command.name}: interrupted", err=True)
        status = 130
    except SystemExit as ended:
        # 0 where a shell has asked for completions; 1 would be a verdict.
        status = 2 if ended.code else 0
    except Exception as error:
        defects.trace(error)
        status = fail(command, defects.line(error))
    return status
