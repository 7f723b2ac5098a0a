"""What the commands have in common."""

import click

from contracts.settings import UsageError

__all__ = ["ValuedCommand"]


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
            if value.startswith("-"):
                # The word may be a secret, unless it is an option.
                option = value.split("=")[0]
                got = f"the option {option}" if option in known else "something that begins with -"
                fix = f"{word}{'=' if word.startswith('--') else ''}-x"
                raise UsageError(
                    f"{word}: expected a value, got {got}; a value that begins with - is given "
                    f"in one word, as {fix}"
                )
        return super().parse_args(ctx, args)
