/** Where pulled documents are kept unless `--approot` says otherwise: StackQL's folder, so that either tool finds what the other pulled. */
export const APPROOT = './.stackql';
