//! Which crate may use which, as data. `tidy` compares it with what cargo resolves.
//!
//! Arrows point inward: `daiban → {providers, engine, store} → core`. The simulator meets the rest over HTTP only: shared
//! types would let a misspelled field pass every test. To add a dependency, add it here too and give its reason in DESIGN.md.

/// What one crate may use and must not reach.
#[derive(Clone, Copy)]
pub(crate) struct Arrow {
    /// The crate.
    pub(crate) of: &'static str,
    /// Everything it may depend on directly, tests aside.
    pub(crate) uses: &'static [&'static str],
    /// What must not be behind any of those, however far.
    pub(crate) never: &'static [&'static str],
    /// What its tests must not reach either.
    pub(crate) never_in_tests: &'static [&'static str],
}

/// All crates of the workspace. One that is missing here is a finding.
pub(crate) const ARROWS: &[Arrow] = &[
    Arrow {
        of: "daiban-core",
        uses: &[
            "async-trait",
            "jiff",
            "serde",
            "serde_json",
            "thiserror",
            "zeroize",
        ],
        never: &[
            "tokio", "hyper", "reqwest", "ureq", "axum", "sqlx", "rusqlite",
        ],
        // Deciding is plain functions: its tests need no runtime.
        never_in_tests: &[
            "tokio",
            "daiban",
            "daiban-engine",
            "daiban-providers",
            "daiban-sim",
            "daiban-store",
        ],
    },
    Arrow {
        of: "daiban-providers",
        uses: &[
            "daiban-core",
            "aes",
            "async-trait",
            "base64",
            "form_urlencoded",
            "hmac",
            "jiff",
            "md-5",
            "percent-encoding",
            "serde",
            "serde_json",
            "sha1",
            "sm4",
            "toml",
        ],
        never: &[
            "tokio", "hyper", "reqwest", "ureq", "axum", "sqlx", "rusqlite",
        ],
        // Its tests drive the real engine and store against the simulator: that is the crash matrix.
        never_in_tests: &["daiban", "reqwest", "ureq"],
    },
    Arrow {
        of: "daiban-engine",
        uses: &[
            "daiban-core",
            "async-trait",
            "futures-util",
            "jiff",
            "serde",
            "serde_json",
            "tokio",
            "tracing",
        ],
        never: &[
            "daiban-store",
            "daiban-providers",
            "hyper",
            "reqwest",
            "ureq",
            "axum",
            "sqlx",
            "rusqlite",
        ],
        never_in_tests: &["daiban", "daiban-providers", "daiban-sim"],
    },
    Arrow {
        of: "daiban-store",
        uses: &[
            "daiban-core",
            "async-trait",
            "base64",
            "chacha20poly1305",
            "getrandom",
            "jiff",
            "serde",
            "serde_json",
            "sha2",
            "sqlx",
            "thiserror",
            "tokio",
            "tracing",
            "zeroize",
        ],
        never: &[
            "daiban-engine",
            "daiban-providers",
            "hyper",
            "reqwest",
            "ureq",
            "axum",
        ],
        never_in_tests: &["daiban", "daiban-providers", "daiban-sim"],
    },
    Arrow {
        of: "daiban-sim",
        uses: &[
            "aes",
            "axum",
            "base64",
            "form_urlencoded",
            "http-body-util",
            "hyper",
            "hyper-util",
            "jiff",
            "md-5",
            "percent-encoding",
            "serde",
            "serde_json",
            "sm4",
            "tokio",
            "tower",
        ],
        never: &["sqlx", "rusqlite"],
        never_in_tests: &[
            "daiban",
            "daiban-core",
            "daiban-engine",
            "daiban-providers",
            "daiban-store",
        ],
    },
    Arrow {
        of: "daiban",
        uses: &[
            "daiban-core",
            "daiban-engine",
            "daiban-providers",
            "daiban-sim",
            "daiban-store",
            "anyhow",
            "argon2",
            "askama",
            "async-trait",
            "axum",
            "base64",
            "clap",
            "clap_complete",
            "cookie_store",
            "form_urlencoded",
            "futures-util",
            "getrandom",
            "hmac",
            "jiff",
            "lettre",
            "percent-encoding",
            "qrcode",
            "reqwest",
            "rustls",
            "serde",
            "serde_json",
            "sha2",
            "thiserror",
            "tokio",
            "toml",
            "tower",
            "tower-http",
            "tracing",
            "tracing-subscriber",
            "url",
            "zeroize",
        ],
        // One TLS, and the one whose build needs no cmake.
        never: &["rusqlite", "openssl", "native-tls", "aws-lc-rs"],
        never_in_tests: &[],
    },
    Arrow {
        of: "xtask",
        uses: &["anyhow", "serde", "serde_json"],
        never: &["tokio", "daiban-core"],
        never_in_tests: &[],
    },
];
