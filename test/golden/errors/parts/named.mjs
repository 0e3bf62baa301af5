export const loss = 1;
