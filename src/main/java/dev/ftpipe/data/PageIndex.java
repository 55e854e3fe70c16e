package dev.ftpipe.data;

import java.util.List;

/**
 * Where the data pages of a column chunk are, from their headers.
 *
 * @param pages with at least one value each, in order
 * @param dictionary whether the chunk begins with a dictionary
 * @param prefixes whether some page is encoded as texts that share prefixes with those before
 * @param largestPage bytes unpacked, as its header says
 */
record PageIndex(List<Page> pages, boolean dictionary, boolean prefixes, int largestPage) {
  /**
   * One page.
   *
   * @param offset of its header in the file
   * @param firstRow in the row group; a column of texts has one value for each row
   * @param number among all pages of the chunk, for messages
   */
  record Page(long offset, long firstRow, int number) {}

  /** The page that holds a row of the row group. */
  int pageOf(long row) {
    int low = 0;
    int high = pages.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (pages.get(middle).firstRow() <= row) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /** The row after a page's last one. */
  long endOf(int page) {
    return page + 1 < pages.size() ? pages.get(page + 1).firstRow() : Long.MAX_VALUE;
  }
}
