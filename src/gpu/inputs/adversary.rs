//! Arithmetic that is as bad as WGSL lets it be, for the tests of the bounds.

use std::cmp::Ordering;

use super::error_bound::V32;
use crate::gpu::kernel::layouts::Bound;

/// The worst that WGSL allows: every result is either neighbour of the true one, sums come in
/// any order, products are fused or not, square roots are five steps off.
pub struct Adversary(pub u64);

impl Adversary {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        (self.0 >> 33) % limit
    }

    pub fn round(&mut self, exact: f64) -> f32 {
        let nearest = exact as f32;
        let other = match f64::from(nearest).total_cmp(&exact) {
            Ordering::Less => nearest.next_up(),
            Ordering::Equal => nearest,
            Ordering::Greater => nearest.next_down(),
        };
        if self.below(2) == 0 { nearest } else { other }
    }

    pub fn add(&mut self, a: f32, b: f32) -> f32 {
        self.round(f64::from(a) + f64::from(b))
    }

    pub fn mul(&mut self, a: f32, b: f32) -> f32 {
        self.round(f64::from(a) * f64::from(b))
    }

    pub fn fused(&mut self, a: f32, b: f32, addend: f32) -> f32 {
        self.round(f64::from(a) * f64::from(b) + f64::from(addend))
    }

    /// a·b + addend
    pub fn mul_add(&mut self, a: f32, b: f32, addend: f32) -> f32 {
        if self.below(2) == 0 {
            return self.fused(a, b, addend);
        }
        let product = self.mul(a, b);
        self.add(product, addend)
    }

    /// a·b + c·d + e
    pub fn sum(&mut self, [a, b]: [f32; 2], [c, d]: [f32; 2], e: f32) -> f32 {
        let (p, q) = (self.mul(a, b), self.mul(c, d));
        let (first, second) = match self.below(4) {
            0 => (self.add(p, q), e),
            1 => (self.add(p, e), q),
            2 => (self.add(q, e), p),
            _ => {
                let partial = self.fused(c, d, e);
                return self.fused(a, b, partial);
            }
        };
        self.add(first, second)
    }

    pub fn add2(&mut self, a: [f32; 2], b: [f32; 2]) -> [f32; 2] {
        [self.add(a[0], b[0]), self.add(a[1], b[1])]
    }

    pub fn modulus(&mut self, z: [f32; 2]) -> f32 {
        let norm = self.sum([z[0], z[0]], [z[1], z[1]], 0.0);
        let steps = self.below(11) as f64 - 5.0;
        (f64::from(norm).sqrt() * (1.0 + steps * V32)) as f32
    }

    /// `product` in `exact_single.wgsl`.
    pub fn product(&mut self, a: [f32; 2], b: [f32; 2], addend: [f32; 2]) -> [f32; 2] {
        [
            self.sum([a[0], b[0]], [-a[1], b[1]], addend[0]),
            self.sum([a[0], b[1]], [a[1], b[0]], addend[1]),
        ]
    }

    /// `grown` in `bound.wgsl`.
    pub fn grown(&mut self, bound: &Bound, error: f32, modulus: f32, added: f32) -> f32 {
        let factor = self.mul_add(bound.growth, modulus, error);
        let grown = self.mul_add(factor, error, added);
        self.mul(grown, bound.inflation)
    }

    /// a / b, three steps off.
    pub fn quotient(&mut self, a: f32, b: f32) -> f32 {
        let steps = self.below(7) as f64 - 3.0;
        (f64::from(a) / f64::from(b) * (1.0 + steps * V32)) as f32
    }

    /// The sum of these products and numbers, in any order.
    fn any_order(&mut self, products: &[[f32; 2]], numbers: &[f32]) -> f32 {
        let mut numbers = numbers.to_vec();
        for &[a, b] in products {
            let addend = if numbers.is_empty() || self.below(2) == 0 {
                numbers.push(self.mul(a, b));
                continue;
            } else {
                self.below(numbers.len() as u64) as usize
            };
            numbers[addend] = self.fused(a, b, numbers[addend]);
        }
        while let [.., _, last] = numbers[..] {
            numbers.pop();
            let other = self.below(numbers.len() as u64) as usize;
            numbers[other] = self.add(numbers[other], last);
        }
        numbers[0]
    }

    /// `sum_of` in `exact_pair.wgsl`, of one part.
    fn sum_of(&mut self, a: f32, b: f32) -> [f32; 2] {
        let (large, small) = if b.abs() > a.abs() { (b, a) } else { (a, b) };
        let value = self.add(large, small);
        let added = self.add(value, -large);
        [value, self.add(small, -added)]
    }

    /// `pair_product` in `exact_pair.wgsl`: each part as high and low.
    pub fn pair_product(
        &mut self,
        [[ax, ax_low], [ay, ay_low]]: [[f32; 2]; 2],
        [[bx, bx_low], [by, by_low]]: [[f32; 2]; 2],
        addend: [[f32; 2]; 2],
    ) -> [[f32; 2]; 2] {
        let parts = [
            [[ax, bx, ax_low, bx_low], [-ay, by, -ay_low, by_low]],
            [[ax, by, ax_low, by_low], [ay, bx, ay_low, bx_low]],
        ];
        [0, 1].map(|k| {
            let [[a, b, a_low, b_low], [c, d, c_low, d_low]] = parts[k];
            let [high, high_rest] = self.sum_of(a * b, c * d);
            let [value, value_rest] = self.sum_of(high, addend[k][0]);
            let least = [[a_low, b_low], [c_low, d_low]];
            let small = self.any_order(&least, &[high_rest, value_rest, addend[k][1]]);
            let cross = [[a, b_low], [c, d_low], [a_low, b], [c_low, d]];
            let rest = self.any_order(&cross, &[small]);
            let leading = f32::from_bits(self.add(value, rest).to_bits() & 0xffff_f000);
            let difference = self.add(value, -leading);
            [leading, self.add(difference, rest)]
        })
    }
}
