// ln(1 + x), bit for bit as the program has it: browsers' own logarithms differ in the last bit.
//
// The method and its constants are those of FreeBSD's s_log1p.c:
// Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun Microsystems, Inc.
// business. Permission to use, copy, modify, and distribute this software is freely granted, provided that this
// notice is preserved.

const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const TERMS = [
  6.66666666666673513e-1,
  3.999999999940941908e-1,
  2.857142874366239149e-1,
  2.222219843214978396e-1,
  1.818357216161805012e-1,
  1.531383769920937332e-1,
  1.479819860511658591e-1,
];

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const high = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/** ln(1 + x) for x of at least 0. */
export function log1p(x) {
  float[0] = x;
  const size = words[high];
  let exponent = 1;
  let rest = 0;
  let correction = 0;
  if (size < 0x3fda827a) {
    // 1 + x is below √2.
    if (size < 0x3ca00000) return x;
    exponent = 0;
    rest = x;
  } else if (size >= 0x7ff00000) {
    return x;
  }
  if (exponent > 0) {
    const sum = 1 + x;
    float[0] = sum;
    const shifted = words[high] + (0x3ff00000 - 0x3fe6a09e);
    exponent = (shifted >>> 20) - 0x3ff;
    if (exponent < 54) {
      correction = (exponent >= 2 ? 1 - (sum - x) : x - (sum - 1)) / sum;
    }
    words[high] = (shifted & 0x000fffff) + 0x3fe6a09e;
    rest = float[0] - 1;
  }
  const [l1, l2, l3, l4, l5, l6, l7] = TERMS;
  const half = 0.5 * rest * rest;
  const s = rest / (2 + rest);
  const z = s * s;
  const w = z * z;
  const even = w * (l2 + w * (l4 + w * l6));
  const odd = z * (l1 + w * (l3 + w * (l5 + w * l7)));
  return s * (half + (odd + even)) + (exponent * LN2_LOW + correction) - half + rest + exponent * LN2_HIGH;
}
