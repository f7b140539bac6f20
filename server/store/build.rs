//! Makes a new migration file rebuild the crate: the files are read by a macro, which cargo cannot see.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
