/** Whether there is nothing to do: forward at 1, back at 0. */
export const isComplete = ({ applyReverse, progress }: { readonly applyReverse: boolean; readonly progress: number }) =>
  progress === (applyReverse ? 0 : 1)
