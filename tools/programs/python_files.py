"""Python projects: their sources, and which modules they bring along."""
import ast
import warnings

PYTHON = ("*.py",)


def python_files(*patterns):
    return with_scripts(patterns or PYTHON, ("python", "python3"))


def syntax_error(path):
    """"LINE:COLUMN: message" where this Python cannot parse the file, else None."""
    try:
        with open(path, "rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(file.read(), path)
        return None
    except SyntaxError as error:
        return f"{error.lineno or 1}:{error.offset or 1}: {error.msg}"
    except (ValueError, RecursionError, MemoryError, OSError) as error:
        return f"1:1: {error}"


def own_modules():
    """Top-level names that an import of the project's own code may begin with."""
    names = set()
    for path in files(*PYTHON):
        parts = path[:-3].split("/")
        names.update(parts)
    return names
