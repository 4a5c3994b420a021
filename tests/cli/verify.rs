//! `juliaset verify`: what it reports and how it exits.

use crate::Folder;

#[test]
fn double_on_the_cpu_is_the_definition() {
    let run = Folder::new().juliaset("verify --engine cpu --precision double -R 400");
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), "0 of 100000 pixels differ\n"));
}

#[test]
fn what_single_costs_is_reported() {
    let folder = Folder::new();
    let job = "-x=-0.1 -X=0.1 -y=-0.1 -Y=0.1 -m=20 -M=100 -R=1000";
    let run = folder.juliaset(&format!("verify --engine cpu --precision single {job}"));
    assert_eq!(run.code, Some(1));
    assert_eq!(
        run.stdout,
        "24460 of 1000000 pixels differ\nlargest difference: 53\n\
         first difference: column 211, row 0: 62, should be 53\n"
    );
    assert!(folder.names().is_empty());
}

#[test]
fn smooth_values_are_verified_and_asked_of_the_oracle() {
    let folder = Folder::new();
    let run =
        folder.juliaset("verify --engine cpu --smooth --oracle 50 -r=-0.8 -i=0.156 -M 400 -R 200");
    let right = "0 of 25000 pixels differ\n0 of 50 pixels drawn at random are wrong\n\
                 0 of 50 pixels with the thinnest margins are wrong\n";
    assert_eq!((run.code, run.stdout.as_str()), (Some(0), right));
    let run = folder.juliaset("verify --engine cpu --smooth --precision double");
    assert_eq!(run.code, Some(2));
    assert_eq!(
        run.stderr,
        "juliaset: --smooth: in the precision double engines may have different smooth values; take exact\n"
    );
}
