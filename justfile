# The recipes people run are the ones CI runs; each is a verb of xtask or of cargo.

# list recipes
default:
    @just --list

# everything CI runs
test:
    cargo xtask test

# arrows between crates, fixtures, strangers among the files, papers
tidy:
    cargo xtask tidy

# format everything
fmt:
    cargo fmt --all

# lints, warnings denied
clippy:
    cargo clippy --workspace --all-targets -- -D warnings

# documentation of everything, private items too
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items

# docs/img anew, of the real demo in a real browser
screenshots:
    cargo xtask screenshots

# sleeping errands by the thousand, beside a bare SQLite loop
bench-engine:
    cargo xtask bench engine

# from a free seat to an order number, what watching costs, parsing beside two others
bench-rail:
    cargo xtask bench rail

# from a free place to a booking, what watching costs, how close looks are
bench-hospital:
    cargo xtask bench hospital

# pages: size, first after a start, 200 open, 500 a second
bench-web:
    cargo xtask bench web

# a family's fortnight against the simulator, in a browser
demo:
    cargo run --release -- demo
