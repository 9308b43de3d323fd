"""The LaTeX commands that a text may use in `$...$`, as data: the command and its character.

Whatever isn't here or in the grammar of `cards.mathematics.latex` is refused, so that a question
shows the same in a browser, in Anki, on paper and in a terminal.
"""

from typing import Final

GREEK: Final = {
    **dict(
        zip(("alpha", "beta", "gamma", "delta", "zeta", "eta", "theta"), "αβγδζηθ", strict=True)
    ),
    **dict(
        zip(("iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho"), "ικλμνξπρ", strict=True)
    ),
    **dict(zip(("sigma", "tau", "upsilon", "chi", "psi", "omega"), "στυχψω", strict=True)),
    "epsilon": "ϵ",
    "varepsilon": "ε",
    "phi": "ϕ",
    "varphi": "φ",
    "vartheta": "ϑ",
    "ell": "ℓ",
    "hbar": "ℏ",
    "partial": "∂",
    "imath": "ı",
    "jmath": "ȷ",
}

# Letters that stand upright.
UPRIGHT: Final = {
    **dict(zip(("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi"), "ΓΔΘΛΞΠ", strict=True)),
    **dict(zip(("Sigma", "Upsilon", "Phi", "Psi", "Omega"), "ΣΥΦΨΩ", strict=True)),
    "infty": "∞",
    "nabla": "∇",
    "emptyset": "∅",
    "varnothing": "∅",
    "forall": "∀",
    "exists": "∃",
    "neg": "¬",
    "lnot": "¬",
    "top": "⊤",
    "bot": "⊥",
    "angle": "∠",
    "%": "%",
    "#": "#",
    "$": "$",
    "&": "&",
    "_": "_",
    "degree": "°",
    "ldots": "…",
    "dots": "…",
    "cdots": "⋯",
    "vdots": "⋮",
    "ddots": "⋱",
}

OPERATORS: Final = {
    "times": "×",
    "cdot": "⋅",
    "div": "÷",
    "pm": "±",
    "mp": "∓",
    "ast": "∗",
    "star": "⋆",
    "circ": "∘",
    "bullet": "∙",
    "oplus": "⊕",
    "otimes": "⊗",
    "odot": "⊙",
    "setminus": "∖",
    "cup": "∪",
    "cap": "∩",
    "land": "∧",
    "wedge": "∧",
    "lor": "∨",
    "vee": "∨",
    "le": "≤",
    "leq": "≤",
    "ge": "≥",
    "geq": "≥",
    "ne": "≠",
    "neq": "≠",
    "ll": "≪",
    "gg": "≫",
    "approx": "≈",
    "equiv": "≡",
    "sim": "∼",
    "simeq": "≃",
    "cong": "≅",
    "propto": "∝",
    "in": "∈",
    "notin": "∉",
    "ni": "∋",
    "subset": "⊂",
    "subseteq": "⊆",
    "supset": "⊃",
    "supseteq": "⊇",
    "mid": "∣",
    "parallel": "∥",
    "perp": "⊥",
    "colon": ":",
    "lt": "<",
    "gt": ">",
    "to": "→",
    "rightarrow": "→",
    "leftarrow": "←",
    "gets": "←",
    "leftrightarrow": "↔",
    "Rightarrow": "⇒",
    "Leftarrow": "⇐",
    "Leftrightarrow": "⇔",
    "iff": "⟺",
    "implies": "⟹",
    "mapsto": "↦",
    "uparrow": "↑",
    "downarrow": "↓",
    "longrightarrow": "⟶",
    "bmod": "mod",
}

# Operators that carry their limits above and below in display style.
LARGE: Final = {
    "sum": "∑",
    "prod": "∏",
    "int": "∫",
    "bigcup": "⋃",
    "bigcap": "⋂",
    "bigoplus": "⨁",
}

FENCES: Final = {
    "lceil": "⌈",
    "rceil": "⌉",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "langle": "⟨",
    "rangle": "⟩",
    "lvert": "|",
    "rvert": "|",
    "vert": "|",
    "lVert": "‖",
    "rVert": "‖",
    "Vert": "‖",
    "|": "‖",
    "{": "{",
    "}": "}",
    "lbrace": "{",
    "rbrace": "}",
    "lbrack": "[",
    "rbrack": "]",
}

FUNCTIONS: Final = frozenset(
    {
        *("arg", "cos", "cosh", "cot", "deg", "det", "dim", "exp", "gcd", "inf", "ker", "lim"),
        *("ln", "log", "max", "min", "sin", "sinh", "sup", "tan", "tanh", "Pr"),
    }
)
LIMITED: Final = frozenset({"lim", "max", "min", "sup", "inf", "det", "gcd", "Pr"})

# Widths in em.
SPACES: Final = {
    ",": "0.167",
    ":": "0.222",
    ">": "0.222",
    ";": "0.278",
    "!": "-0.167",
    " ": "0.25",
    "quad": "1",
    "qquad": "2",
    "enspace": "0.5",
    "thinspace": "0.167",
}

ACCENTS: Final = {
    "hat": "^",
    "tilde": "~",
    "bar": "¯",
    "vec": "→",
    "dot": "˙",
    "ddot": "¨",
    "widehat": "^",
    "widetilde": "~",
    "overline": "¯",
    "overrightarrow": "→",
    "overbrace": "⏞",
}
UNDER: Final = {"underline": "_", "underbrace": "⏟"}
STRETCHED: Final = frozenset({"widehat", "widetilde", "overline", "overrightarrow", "overbrace"})

WORDS: Final = frozenset({"text", "textrm", "textbf", "textit", "mathrm", "operatorname"})

# The first code point of each alphabet's capitals and small letters in Unicode's mathematics.
ALPHABETS: Final = {
    "mathbf": (0x1D400, 0x1D41A),
    "boldsymbol": (0x1D468, 0x1D482),
    "mathcal": (0x1D49C, 0x1D4B6),
    "mathbb": (0x1D538, 0x1D552),
    "mathsf": (0x1D5A0, 0x1D5BA),
    "mathtt": (0x1D670, 0x1D68A),
}

# Unicode gave some letters their code points before it laid the alphabets out.
OLDER_LETTERS: Final = {
    **dict(zip("\U0001d49d\U0001d4a0\U0001d4a1\U0001d4a3\U0001d4a4", "ℬℰℱℋℐ", strict=True)),
    **dict(zip("\U0001d4a7\U0001d4a8\U0001d4ad", "ℒℳℛ", strict=True)),
    **dict(zip("\U0001d4ba\U0001d4bc\U0001d4c4", "ℯℊℴ", strict=True)),
    **dict(zip("\U0001d53a\U0001d53f\U0001d545\U0001d547\U0001d548", "ℂℍℕℙℚ", strict=True)),
    **dict(zip("\U0001d549\U0001d551", "ℝℤ", strict=True)),
}

# Environments: the fences around them and the alignment of their columns, repeated.
TABLES: Final = {
    "matrix": ("", "", ("center",)),
    "pmatrix": ("(", ")", ("center",)),
    "bmatrix": ("[", "]", ("center",)),
    "vmatrix": ("|", "|", ("center",)),
    "cases": ("{", "", ("left",)),
    "aligned": ("", "", ("right", "left")),
}
