/** Parts of the package vega that bring no types of their own: they are what vega hands on. */
declare module 'vega-dataflow' {
  export const transforms: typeof import('vega').transforms;
}
declare module 'vega-parser' {
  export const parse: typeof import('vega').parse;
}
declare module 'vega-view' {
  export const View: typeof import('vega').View;
}
declare module 'vega-statistics' {
  export const quantileNormal: typeof import('vega').quantileNormal;
}
declare module 'vega-encode';
declare module 'vega-transforms';
declare module 'vega-view-transforms';
